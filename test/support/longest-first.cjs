const { default: Sequencer } = require(require.resolve('@jest/test-sequencer', { paths: [require.resolve('jest')] }));

/** Whole systems and trainings: they take a minute each, however short their files. */
const long = /\/test\/(bench|e2e|understanding)\//;

/** Jest begins with what took longest the last time; where there was none, with what is known to, so that none of it is left alone at the end. */
module.exports = class extends Sequencer {
  sort(tests) {
    const comesFirst = ({ duration, path }) => Number(duration === undefined && long.test(path));
    return [...super.sort(tests)].sort((one, other) => comesFirst(other) - comesFirst(one));
  }
};
