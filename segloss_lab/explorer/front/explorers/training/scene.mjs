// The pictures that the network is trained on, as Python hands them over: 8-bit greys.
//
// A scene is {side, zero, unit, contrasts ({name: of the object, in standard deviations of the
// noise}), object (its pixels, row by row), picture (base64 of side * side greys), greys ({name:
// base64 of the object's greys at that contrast}), empty (base64 of pictures without an object, one
// after another)}. A grey g stands for x = (g - zero)/unit standard deviations of the noise.

export const LEVELS = 256;

/** The scene as it came, read: {side, contrasts, x (of each grey), pictures(contrast, empty)}. */
export function readScene(given) {
  const { side, zero, unit, contrasts, object, picture, greys, empty } = checked(given);
  const pixels = side * side;
  const ground = bytes(picture);
  const without = bytes(empty);
  const truth = new Uint8Array(pixels);
  for (const pixel of object) truth[pixel] = 1;
  const nothing = new Uint8Array(pixels);

  // Each picture once: whoever keeps something of one knows it again.
  const lit = Object.fromEntries(Object.keys(contrasts).map((contrast) => {
    const grey = ground.slice();
    const own = bytes(greys[contrast]);
    object.forEach((pixel, i) => { grey[pixel] = own[i]; });
    return [contrast, { grey, truth }];
  }));
  const unlit = Array.from({ length: without.length / pixels }, (_, i) => (
    { grey: without.subarray(i * pixels, (i + 1) * pixels), truth: nothing }
  ));

  return {
    side,
    contrasts,
    x: Float64Array.from({ length: LEVELS }, (_, grey) => (grey - zero) / unit),
    most: unlit.length,
    /** The picture with the object, and so many without, each {grey, truth}. */
    pictures: (contrast, count) => [lit[contrast], ...unlit.slice(0, count)],
  };
}

function checked(given) {
  const { side, object, picture, empty, contrasts, greys } = Object(given);
  const complete = Number.isInteger(side) && Array.isArray(object)
    && [picture, empty].every((text) => typeof text === "string")
    && Object.keys(Object(contrasts)).every((name) => typeof Object(greys)[name] === "string");
  if (!complete) throw new RangeError("its data-scene must hold the pictures to be learnt from");
  return given;
}

function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
