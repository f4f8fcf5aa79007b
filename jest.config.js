/** Jest runs TypeScript through swc; libraries that are ES modules only need Node's vm modules (see `npm test`). */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'commonjs' }, sourceMaps: 'inline' }],
  },
  modulePathIgnorePatterns: ['<rootDir>/var/'],
  setupFiles: ['<rootDir>/test/support/fixed-seed.ts'],
  testTimeout: 20000,
};
