/** What stands in Slack's own menus: of every message, and what is always there. One whose name begins with `form:` opens a form at once. */
export const shortcuts = [
  { type: 'message', callback_id: 'why_failed', name: '¿Por qué falló?', description: 'Qué pasó con los envíos' },
  { type: 'message', callback_id: 'form:open_case', name: 'Abrir un caso', description: 'Una solicitud de datos' },
  { type: 'global', callback_id: 'form:ask', name: 'Pedir a Connectus', description: 'Con tus palabras' },
  { type: 'global', callback_id: 'form:new_campaign', name: 'Nueva campaña', description: 'En cuatro pasos' },
] as const;
