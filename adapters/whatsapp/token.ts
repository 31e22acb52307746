import { list, object, text } from './json';

/** Without these nothing can be sent, nor templates kept. */
const needed = ['whatsapp_business_messaging', 'whatsapp_business_management'];

/** Of what we need, what a token may not do. @param scopes as debug_token has them */
export function lackingScopes(scopes: unknown): string[] {
  const given = Array.isArray(scopes) ? scopes : [];
  return needed.filter((scope) => !given.includes(scope));
}

/** Whether an account tells this application what happens in it. @param apps `data` of subscribed_apps · app whose token asks; where it is not known, any */
export function isSubscribed(apps: unknown, app: string | undefined): boolean {
  const all = list(apps).map((one) => text(object(one.whatsapp_business_api_data).id));
  return app === undefined ? all.length > 0 : all.includes(app);
}
