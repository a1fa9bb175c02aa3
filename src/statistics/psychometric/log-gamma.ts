/** ln of the gamma function for x > 0: Stirling's series after shifting x to at least 7; relative error below 1e-10. */
export function logGamma(x: number): number {
  let shift = 1;
  let z = x;
  while (z < 7) {
    shift *= z;
    z += 1;
  }
  const inverse = 1 / z;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)));
  return (z - 0.5) * Math.log(z) - z + HALF_LOG_TWO_PI + series - Math.log(shift);
}

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
