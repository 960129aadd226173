/** Tests run on the compiled code, so that what is tested is what runs; the sources' specs lie beside them. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/dist'],
  testMatch: ['**/*.spec.js'],
  transform: {},
  testTimeout: 90_000,
  maxWorkers: 3,
};
