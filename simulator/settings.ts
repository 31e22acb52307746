export interface Settings {
  port: number;
  stateFile?: string;
  productUrl: string;
  clockStart?: string;
  whatsapp: { appSecret: string; verifyToken: string; token: string };
  slack: { signingSecret: string };
  /** 0: any free port. */
  sms: { port: number; password: string };
  email: { port: number; productPort?: number };
}

/** What the parent says about this start; alone, the secrets of the README hold. */
export function settingsOf(environment: NodeJS.ProcessEnv): Settings {
  const { SIM_STATE_FILE: stateFile, SIM_CLOCK_START: clockStart } = environment;
  return {
    port: Number(environment.SIM_PORT ?? 0),
    ...(stateFile && { stateFile }),
    ...(clockStart && { clockStart }),
    productUrl: (environment.SIM_PRODUCT_URL ?? 'http://127.0.0.1:3000').replace(/\/$/, ''),
    whatsapp: {
      appSecret: environment.SIM_WHATSAPP_APP_SECRET ?? 'sim-app-secret',
      verifyToken: environment.SIM_WHATSAPP_VERIFY_TOKEN ?? 'sim-verify-token',
      token: environment.SIM_WHATSAPP_TOKEN ?? 'sim-token',
    },
    slack: { signingSecret: environment.SIM_SLACK_SIGNING_SECRET ?? 'sim-signing-secret' },
    sms: { port: Number(environment.SIM_SMPP_PORT ?? 0), password: environment.SIM_SMPP_PASSWORD ?? 'sim-smpp' },
    email: {
      port: Number(environment.SIM_SMTP_PORT ?? 0),
      ...(environment.SIM_PRODUCT_MAIL_PORT && { productPort: Number(environment.SIM_PRODUCT_MAIL_PORT) }),
    },
  };
}
