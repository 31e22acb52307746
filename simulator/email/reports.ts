/** What servers and mailboxes say about a mail that they took: as RFC 3464 and RFC 5965 lay it out. */
interface About {
  /** The whole head of the mail. */
  head: string;
  to: string;
  boundary: string;
}

const bounceText = 'This message could not be delivered to its recipient.';

export function bounce({ head, to, boundary }: About, status: string, diagnostic: string): string[] {
  return [
    'From: Mail Delivery System <MAILER-DAEMON@correo.example>',
    'Subject: Undelivered Mail Returned to Sender',
    'Auto-Submitted: auto-replied',
    ...report('delivery-status', boundary),
    ...part(boundary, 'text/plain; charset=utf-8', [bounceText]),
    ...part(boundary, 'message/delivery-status', [
      'Reporting-MTA: dns; correo.example',
      '',
      `Final-Recipient: rfc822; ${to}`,
      `Action: ${status.startsWith('2') ? 'delivered' : 'failed'}`,
      `Status: ${status}`,
      `Diagnostic-Code: smtp; ${diagnostic}`,
    ]),
    ...part(boundary, 'text/rfc822-headers', head.split('\r\n')),
    `--${boundary}--`,
  ];
}

export function complaint({ head, to, boundary }: About): string[] {
  return [
    'From: feedback@correo.example',
    'Subject: FW: spam',
    ...report('feedback-report', boundary),
    ...part(boundary, 'text/plain; charset=utf-8', ['This is a spam report for a mail that was received.']),
    ...part(boundary, 'message/feedback-report', [
      'Feedback-Type: abuse',
      'User-Agent: correo.example/1.0',
      'Version: 1',
      `Original-Rcpt-To: <${to}>`,
    ]),
    ...part(boundary, 'message/rfc822', [...head.split('\r\n'), '', '(…)']),
    `--${boundary}--`,
  ];
}

const report = (type: string, boundary: string): string[] => [
  'MIME-Version: 1.0',
  `Content-Type: multipart/report; report-type=${type}; boundary="${boundary}"`,
  '',
];
const part = (boundary: string, type: string, lines: readonly string[]): string[] => [
  `--${boundary}`,
  `Content-Type: ${type}`,
  '',
  ...lines,
  '',
];
