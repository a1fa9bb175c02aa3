const TAIL = 0.425;

function polynomial(x: number, coefficients: readonly number[]): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

/**
 * The standard normal's quantile of `p` in (0, 1): rational approximations of Wichura (1988), algorithm AS 241
 * (PPND7), relative error about 1e-7.
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`normalQuantile: p is ${p}, expected a number between 0 and 1`);
  const q = p - 0.5;
  if (Math.abs(q) <= TAIL) {
    const r = 0.180625 - q * q;
    const top = polynomial(r, [3.3871327179, 50.434271938, 159.29113202, 59.10937472]);
    return (q * top) / polynomial(r, [1, 17.895169469, 78.757757664, 67.1875636]);
  }
  const root = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const r = root <= 5 ? root - 1.6 : root - 5;
  const value =
    root <= 5
      ? polynomial(r, [1.4234372777, 2.75681539, 1.3067284816, 0.17023821103]) /
        polynomial(r, [1, 0.7370016425, 0.12021132975])
      : polynomial(r, [6.657905115, 3.081226386, 0.42868294337, 0.017337203997]) /
        polynomial(r, [1, 0.24197894225, 0.012258202635]);
  return q < 0 ? -value : value;
}
