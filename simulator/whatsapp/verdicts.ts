import type { Clock } from '../clock';
import type { Json } from '../json';
import type { Template } from './numbers';
import type { Webhooks } from './webhooks';

/** What Meta thinks of templates, told to the product as it changes. */
export class Verdicts {
  constructor(
    private readonly clock: Clock,
    private readonly webhooks: Webhooks,
  ) {}

  readonly judge = (template: Template, status: string, reason = 'NONE'): void => {
    template.status = status;
    if (reason === 'NONE') delete template.reason;
    else template.reason = reason;
    const { category } = template;
    this.tell(template, 'message_template_status_update', {
      event: status,
      reason,
      message_template_category: category,
    });
  };

  readonly rate = (template: Template, quality: string): void => {
    const before = template.quality ?? 'UNKNOWN';
    template.quality = quality;
    const value = { previous_quality_score: before, new_quality_score: quality };
    this.tell(template, 'message_template_quality_update', value);
  };

  readonly refile = (template: Template, category: Template['category']): void => {
    const before = template.category;
    template.category = category;
    this.tell(template, 'template_category_update', { previous_category: before, new_category: category });
  };

  private tell({ id, name, language, waba }: Template, field: string, about: Json): void {
    const value = {
      ...about,
      message_template_id: Number(id),
      message_template_name: name,
      message_template_language: language,
    };
    this.webhooks.push({ key: id, waba, field, time: Math.floor(this.clock.ms() / 1000), value });
  }
}
