// The pointer over a picture.

/**
 * Report the pointer's place in the picture: `start(x, y)` where it is pressed, `move` where it then
 * drags to, `point` wherever it is, `leave` when it goes.
 */
export function followPointer(node, { move, start = move, point, leave }) {
  const place = (event) => {
    const box = node.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    node.setPointerCapture(event.pointerId);
    start(...place(event));
  });
  node.addEventListener("pointermove", (event) => {
    const at = place(event);
    if (node.hasPointerCapture(event.pointerId)) move(...at);
    point(...at);
  });
  node.addEventListener("pointerleave", leave);
  node.addEventListener("pointercancel", leave);
}
