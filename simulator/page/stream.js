const firstPause = 1_000;
const longestPause = 8_000;

/**
 * Listens to what happens in the simulator: `on.clock`, `on.whatsapp`, `on.slack`, `on.sms`, `on.email` with what was sent,
 * `on.open` each time the line is up (ask for everything again then), `on.lost` when it breaks.
 */
export function listen(on) {
  let pause = firstPause;
  const connect = () => {
    const source = new EventSource('/__sim/stream');
    source.onopen = () => {
      pause = firstPause;
      on.open();
    };
    // The browser's own way of trying again gives up on some answers; ours never does.
    source.onerror = () => {
      source.close();
      on.lost();
      setTimeout(connect, pause);
      pause = Math.min(pause * 2, longestPause);
    };
    for (const kind of ['clock', 'whatsapp', 'slack', 'sms', 'email'])
      source.addEventListener(kind, (event) => on[kind](JSON.parse(event.data)));
  };
  connect();
}
