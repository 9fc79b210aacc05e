// The one socket that every live part of the page listens to, and what is said of it.
(() => {
  const WAITS = [1, 2, 4, 8, 16], STATES = { live: "Live", reconnecting: "Reconnecting", offline: "Offline" };
  const connection = document.querySelector("#connection");
  const A_WHILE = 10_000;
  let seen = null, epoch = null, failures = 0, socket = null, broken = false, left = -A_WHILE;

  const tell = (name, detail) => window.dispatchEvent(new CustomEvent(`aurelius:${name}`, { detail }));
  const say = (state) => {
    connection.dataset.state = state;
    connection.lastElementChild.textContent = STATES[state];
    tell("connection", state);
  };
  const address = () => {
    const url = new URL(document.body.dataset.socket, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    if (seen !== null) { url.searchParams.set("after", seen); url.searchParams.set("epoch", epoch); }
    return url;
  };
  const take = (frame) => {
    if (frame.type === "connected") {
      epoch = frame.data.epoch ?? epoch;
      seen = seen ?? frame.data.seq;
    } else if (frame.seq != null) {
      if (seen !== null && frame.seq <= seen && frame.type !== "resync") return;
      seen = frame.seq;
    }
    window.aurelius.told.add(frame.type);
    tell("event", frame);
  };
  const open = () => {
    socket = new WebSocket(address());
    socket.onopen = () => {
      failures = 0;
      say("live");
      if (broken) tell("back", null);
      broken = false;
    };
    socket.onmessage = (message) => take(JSON.parse(message.data));
    socket.onclose = async (closed) => {
      if (closed.code === 4401 || (failures > 0 && await isSignedOut())) { signIn(); return; }
      broken = true;
      say(failures < WAITS.length ? "reconnecting" : "offline");
      setTimeout(open, 1000 * WAITS[Math.min(failures++, WAITS.length - 1)]);
    };
  };
  // Who goes to the page that signs out loses the socket on the way there, and must not be turned back.
  const signIn = () => setTimeout(() => location.reload(), performance.now() - left < A_WHILE ? A_WHILE : 0);
  addEventListener("beforeunload", () => { left = performance.now(); });
  const isSignedOut = () => fetch(`${document.body.dataset.root}api/me`).then((answer) => answer.status === 403, () => false);

  window.aurelius.send = (command) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(command));
  window.aurelius.interrupt = () => socket.close();
  say("reconnecting");
  open();
})();
