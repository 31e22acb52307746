import { describeError } from '../../src/log';

describe('what a log says of an error that nobody expected', () => {
  it.each([
    'could not send to Ana Rojas at +56987654321',
    'syntax error at or near "Ana Rojas"',
    'two lines\n    at Ana Rojas (+56987654321)\nand more',
  ])('when its message is %j, then nothing of the message is in it, and where it was thrown is', (message) => {
    const said = describeError(new Error(message));
    expect(JSON.stringify(said)).not.toMatch(/Ana Rojas|56987654321/);
    expect(said).toEqual({
      error: 'Error',
      code: undefined,
      at: expect.stringMatching(/test\/log\/log\.test\.ts:\d+/),
    });
  });

  it('when it has a code, then the code is said; when it is no error at all, then only what it is', () => {
    const coded = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
    expect(describeError(coded).code).toBe('ECONNREFUSED');
    expect(describeError('Ana Rojas')).toEqual({ error: 'string' });
  });
});
