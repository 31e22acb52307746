import type { KeptTemplate, Medium, Sender, TemplateDesk, Told, WrittenTemplate } from '../../src/channel';
import { ask, type GraphSettings } from './graph';
import { type Json, list, object, text } from './json';
import { componentsOf, keptOf } from './template-parts';

const pageSize = 100;
const fields = 'id,name,language,status,category,quality_score,rejected_reason,parameter_format,components';

/** Templates at Meta: listed a page at a time, handed in, changed, taken back. */
export class Desk implements TemplateDesk {
  constructor(private readonly settings: GraphSettings) {}

  async list(account: Sender, after?: string): Promise<Told<{ templates: readonly KeptTemplate[]; after?: string }>> {
    const query = new URLSearchParams({ fields, limit: String(pageSize), ...(after && { after }) });
    const answer = await this.ask(account, 'GET', `/${account.id}/message_templates?${query}`);
    return told(answer, ({ data, paging }) => {
      const { cursors, next } = object(paging);
      // The last page has a cursor too; only `next` says that there is more.
      const more = next === undefined ? undefined : text(object(cursors).after);
      return {
        templates: list(data).flatMap((one) => keptOf(one) ?? []),
        ...(more && { after: more }),
      };
    });
  }

  async create(
    account: Sender,
    template: WrittenTemplate,
  ): Promise<Told<{ id: string; status: string; category: string }>> {
    const { name, language, category } = template;
    const body = { name, language, category, parameter_format: 'POSITIONAL', components: componentsOf(template) };
    const answer = await this.ask(account, 'POST', `/${account.id}/message_templates`, body);
    return told(answer, (said) => ({
      id: text(said.id) ?? '',
      status: text(said.status) ?? 'PENDING',
      category: text(said.category) ?? category,
    }));
  }

  async edit(account: Sender, id: string, template: WrittenTemplate): Promise<Told<true>> {
    const answer = await this.ask(account, 'POST', `/${id}`, { components: componentsOf(template) });
    return told(answer, () => true as const);
  }

  /** Of this language alone. */
  async remove(account: Sender, { id, name }: { id: string; name: string }): Promise<Told<true>> {
    const query = new URLSearchParams({ name, hsm_id: id });
    return told(await this.ask(account, 'DELETE', `/${account.id}/message_templates?${query}`), () => true as const);
  }

  /** In two steps: a place is asked for, then the bytes go there. `app` is the one the token belongs to. */
  async sample(account: Sender, { mime, name, content }: Medium): Promise<Told<string>> {
    const query = new URLSearchParams({ file_name: name, file_length: String(content.length), file_type: mime });
    const begun = await this.ask(account, 'POST', `/app/uploads?${query}`);
    if (begun.outcome !== 'accepted') return begun;
    const session = text(begun.value.id) ?? '';
    const raw = { content, headers: { 'content-type': 'application/octet-stream', file_offset: '0' } };
    const path = `/${encodeURI(session)}`;
    return told(
      await ask(this.settings, { method: 'POST', path, token: account.token, raw }),
      (said) => text(said.h) ?? '',
    );
  }

  private ask({ token }: Sender, method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<Told<Json>> {
    return ask(this.settings, { method, path, token, ...(body !== undefined && { body }) });
  }
}

const told = <T>(answer: Told<Json>, of: (said: Json) => T): Told<T> =>
  answer.outcome === 'accepted' ? { outcome: 'accepted', value: of(answer.value) } : answer;
