import { treatmentOf } from '../../../adapters/slack/provider-errors';

/** Of Slack's own names: what each says, in our words. */
const meant: [string, string[], string][] = [
  ['it may work in a moment', ['ratelimited', 'internal_error', 'fatal_error'], 'retry'],
  ['the workspace has closed its doors for now', ['team_access_not_granted', 'ekm_access_denied'], 'wait'],
  [
    'the installation is the trouble',
    ['not_authed', 'invalid_auth', 'account_inactive', 'token_revoked', 'token_expired', 'missing_scope'],
    'pause',
  ],
  [
    'the place or the person is not there',
    ['channel_not_found', 'not_in_channel', 'is_archived', 'user_not_found', 'cant_dm_bot', 'restricted_action'],
    'permanent',
  ],
  [
    'the form or post is gone or has changed',
    ['not_found', 'message_not_found', 'hash_conflict', 'expired_trigger_id', 'exchanged_trigger_id'],
    'permanent',
  ],
  ['we wrote it wrongly', ['invalid_blocks', 'msg_too_long', 'no_text', 'view_too_large'], 'bug'],
];

describe.each(meant)('when Slack says that %s', (_what, names, treatment) => {
  it.each(names)(`then %s is treated as ${treatment}`, (name) => {
    expect(treatmentOf(name)).toBe(treatment);
  });
});
