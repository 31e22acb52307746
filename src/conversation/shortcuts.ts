/** What stands in Slack's own menus, by its name there, and the act that it is. What card it is used on comes along, and the words of that message. */
export const shortcuts: ReadonlyMap<string, { intent: string; act: string }> = new Map([
  ['ask', { intent: 'help', act: 'ask' }],
  ['new_campaign', { intent: 'send-campaign', act: 'guide' }],
  ['why_failed', { intent: 'why-failed', act: 'these' }],
  ['open_case', { intent: 'received-request', act: 'write' }],
]);
