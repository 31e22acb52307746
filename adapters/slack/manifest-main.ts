import { manifestOf } from './manifest';

/** `npm run -s slack:manifest -- https://where.we.are > deploy/slack-manifest.json`: what Slack is given when the app is made. */
const [url = 'https://connectus.example'] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(manifestOf(url.replace(/\/$/, '')), null, 2)}\n`);
