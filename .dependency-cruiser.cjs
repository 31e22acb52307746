// "Who may import whom" of src/ARCHITECTURE.md, a rule a line; types count as imports. Page files (.js) stand outside.
const house = '^(src|adapters|intents|simulator|bench|test)/';
const ground = 'src/(errors|log|clock|phone|metrics)[.]ts$';

// What each room may know of the house beside itself. Parentheses tell many rooms of one kind apart: strangers to each other.
const rooms = {
  adapters: { is: 'adapters/([^/]+)/', knows: ['src/(channel|channel-errors|errors|log)[.]ts$'] },
  intents: { is: 'intents/([^/]+/[^/]+)/', knows: ['src/(intent|errors)[.]ts$'] },
  understand: { is: 'src/conversation/understand/', knows: ['src/intent[.]ts$'] },
  conversation: {
    is: 'src/conversation/(?!understand/)',
    knows: [
      'src/(intent|services[-a-z]*|channel|channel-errors)[.]ts$',
      'src/conversation/understand/index[.]ts$',
      'src/(domain|inbox|data)/',
      ground,
    ],
  },
  policy: {
    is: 'src/policy/',
    knows: [
      'src/intent[.]ts$',
      'src/conversation/texts[.]ts$',
      'src/pages/(frame|html)[.]ts$',
      'src/domain/(accounts|registers|privacy)/',
      'src/data/',
      ground,
    ],
  },
  pages: {
    is: 'src/pages/',
    knows: ['src/intent[.]ts$', 'src/conversation/(certificate-)?texts[.]ts$', 'src/(domain|data)/', ground],
  },
  operations: {
    is: 'src/operations/',
    knows: [
      'src/intent[.]ts$',
      'src/pages/(frame|html|limits|texts)[.]ts$',
      'src/queue/bull[.]ts$',
      'src/data/',
      ground,
    ],
  },
  domain: { is: 'src/domain/', knows: ['src/data/', 'src/channel[.]ts$', ground] },
  inbox: { is: 'src/inbox/', knows: ['src/(domain|data)/', 'src/channel[.]ts$', ground] },
  gateway: { is: 'src/gateway/', knows: ['src/domain/billing/gateway[.]ts$'] },
  queue: { is: 'src/queue/', knows: ['src/data/', ground] },
  data: { is: 'src/data/', knows: [ground] },
  local: { is: 'src/local/', knows: ['src/data/', 'src/(config|load)[.]ts$', ground] },
  demo: { is: 'src/demo/', knows: ['src/domain', 'src/data/', ground] },
  ground: { is: 'src/(config|egress|errors|log|clock|phone|metrics)[.]ts$', knows: [] },
  channel: { is: 'src/channel(-errors)?[.]ts$', knows: ['src/channel[.]ts$', ground] },
  intent: { is: 'src/(?:intent|services[-a-z]*)[.]ts$', knows: [] },
  http: { is: 'src/http[.]ts$', knows: [ground] },
  load: { is: 'src/load[.]ts$', knows: ['src/(channel|intent)[.]ts$'] },
  wiring: {
    is: 'src/domain(?:-billing|-registers)?[.]ts$',
    knows: ['src/(conversation|domain|data)/', 'src/(channel|intent)[.]ts$', ground],
  },
  app: { is: 'src/(app|workers)[.]ts$', knows: ['src/(?!main[.]|local/|demo/)'] },
  main: { is: 'src/(main[.]ts|boot[.]cjs)$', knows: ['src/'] },
  workbench: {
    is: 'src/workbench/',
    knows: ['src/(conversation|data|domain/accounts|local)/', 'src/intent[.]ts$', ground],
  },
  doctor: {
    is: 'src/doctor/',
    knows: [
      'src/(config|load|channel|intent)[.]ts$',
      'src/conversation/texts[.]ts$',
      'src/queue/redis-state[.]ts$',
      'src/domain/accounts/',
      'src/(data|local)/',
      ground,
    ],
  },
  tools: { is: 'src/tools/', knows: ['src/(domain|conversation|data|local|policy)/', 'src/domain[.]ts$', ground] },
  importing: { is: 'src/importing/', knows: ['src/(domain/(?:accounts|audience|audit|consent)|data|local)/', ground] },
  simulator: { is: 'simulator/', knows: [] },
};

// Each floor of the domain knows those before it.
const floors = [
  ['audit'],
  ['accounts'],
  ['registers'],
  ['audience'],
  ['consent'],
  ['campaigns'],
  ['delivery'],
  ['reports', 'billing'],
  ['support'],
  ['privacy'],
];

// Where a library may be named, beside the tests and the programs that measure. One that is not here may be named anywhere.
const libraries = {
  sequelize: ['src/data/', 'src/.+[.]table[.]ts$'],
  pg: ['src/(data|local)/'],
  umzug: ['src/data/'],
  bull: ['src/queue/'],
  ioredis: ['src/(queue|local)/'],
  'js-redis-server': ['src/local/'],
  '@nlpjs/[^/]+': ['src/conversation/understand/'],
  '@slack/[^/]+': ['adapters/slack/'],
  '@kapso/[^/]+': ['adapters/whatsapp/'],
  undici: ['adapters/'],
  smpp: ['adapters/sms/', 'simulator/sms/'],
  nodemailer: ['adapters/email/', 'simulator/email/'],
  mailparser: ['adapters/email/', 'simulator/email/'],
  'smtp-server': ['adapters/email/', 'simulator/email/'],
  express: ['src/(http|channel)[.]ts$', 'src/(policy|pages|operations)/', 'adapters/', 'simulator/'],
  qrcode: ['src/pages/'],
  fflate: ['src/domain/privacy/package-zip[.]ts$'],
  pdfkit: ['src/domain/reports/'],
  '@resvg/[^/]+': ['src/domain/reports/'],
  'intl-messageformat': ['src/conversation/'],
  'libphonenumber-js': ['src/phone[.]ts$'],
  pino: ['src/log[.]ts$'],
};

const from = (pattern) => `^${pattern}`;
const rule = (name, comment, of, to) => ({ name, severity: 'error', comment, from: of, to });

const roomRules = Object.entries(rooms).map(([name, { is, knows }]) =>
  rule(
    `room-${name}`,
    'The room imports what its line in the table does not name.',
    { path: from(is) },
    { path: house, pathNot: [is.replace(/\([^?].*\)/, '$1'), ...knows].map(from) },
  ),
);

const floorRules = floors.flatMap((floor, height) =>
  floor.map((name) =>
    rule(
      `floor-${name}`,
      'A floor of the domain knows lower ones only; what must be told upwards is a port.',
      { path: `^src/domain/${name}/` },
      {
        path: '^src/domain/',
        pathNot: [name, ...floors.slice(0, height).flat()].map((lower) => `^src/domain/${lower}/`),
      },
    ),
  ),
);

const libraryRules = Object.entries(libraries).map(([name, places]) =>
  rule(
    `library-${name.replace(/[^a-z-]/g, '')}`,
    'The library has a room of its own; others ask that room.',
    { path: house, pathNot: [...places, 'test/', 'bench/'].map(from) },
    { path: `node_modules/(@types/)?${name}/` },
  ),
);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...roomRules,
    ...floorRules,
    ...libraryRules,
    rule(
      'no-room',
      'Every file of src stands in a room of the table.',
      { path: '^src/', pathNot: Object.values(rooms).map(({ is }) => from(is)) },
      {},
    ),
    rule(
      'no-floor',
      'Every folder of the domain has its floor.',
      { path: '^src/domain/', pathNot: floors.flat().map((name) => `^src/domain/${name}/`) },
      {},
    ),
    rule('no-circle', 'Two files that need each other are one, or a third is missing.', {}, { circular: true }),
    rule(
      'no-test',
      'The product knows nothing of its tests.',
      { pathNot: '^(test|bench)/' },
      { path: '^(test|bench)/' },
    ),
    rule('no-lost-import', 'What is imported exists.', {}, { couldNotResolve: true }),
    rule(
      'no-undeclared',
      'What runs in production is a dependency, by name and not as somebody else’s.',
      { path: '^(src|adapters|intents|simulator)/' },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: 'node_modules/@types/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^simulator/page/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'import', 'default'] },
  },
};
