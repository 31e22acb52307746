import { page } from '../../src/pages/frame';
import { html } from '../../src/pages/html';
import { linkLimit } from '../../src/pages/limits';

describe('a piece of a page', () => {
  it('when anything is filled in, then it is text, in attributes and in lists too; only pieces made here are markup', () => {
    const evil = `<script>alert("1")</script>'&`;
    const piece = html`<b title="${evil}">${[html`<i>${evil}</i>`, evil, undefined, false, 7]}</b>`;
    const safe = '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;';
    expect(piece.markup).toBe(`<b title="${safe}"><i>${safe}</i>${safe}7</b>`);
  });

  it('when a page is drawn, then it carries no script and fetches nothing', () => {
    const drawn = page('es', '<title>', html`<p>hola</p>`);
    expect(drawn).toContain('<title>&lt;title&gt;</title>');
    expect(drawn).not.toMatch(/<script|javascript:|\son\w+=|src=|@import|url\(/i);
  });
});

describe('how often a link may be used', () => {
  it('when it is used too often in a minute, then it waits, and others do not; then it works again', () => {
    let now = 0;
    const may = linkLimit(3, () => now);
    expect([1, 2, 3, 4].map(() => may('one'))).toEqual([true, true, true, false]);
    expect(may('other')).toBe(true);
    now = 60_000;
    expect(may('one')).toBe(true);
  });
});
