/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/.data'],
  transform: {
    '^.+\\.(ts|js)$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  // Libraries that exist as ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!(intl-messageformat|@formatjs)/)'],
  // Looked up in a test file's own world they take seven times as long: training is a hot loop of them.
  sandboxInjectedGlobals: [
    ...['Math', 'Object', 'Array', 'Map', 'Set', 'String', 'Number', 'RegExp', 'JSON'],
    ...['Float64Array', 'Float32Array', 'Int32Array', 'Uint32Array', 'Uint16Array', 'Uint8Array'],
  ],
  testSequencer: '<rootDir>/test/support/longest-first.cjs',
  globalSetup: '<rootDir>/test/support/setup.ts',
  globalTeardown: '<rootDir>/test/support/teardown.ts',
  maxWorkers: 4, // many wait for servers most of the time
  testTimeout: 120_000, // a bound for a busy machine, not a measure
};
