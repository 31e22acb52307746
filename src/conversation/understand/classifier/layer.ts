const TINY = 1e-8;

/** What a layer is fed with: the first `count` rows, each with its value; all others are zero. */
export interface Sparse {
  rows: Int32Array;
  values: Float32Array;
  count: number;
}

/** Weights, one row an input, of which only the rows present are ever touched. */
export class Layer {
  constructor(
    readonly width: number,
    readonly weights: Float32Array,
  ) {}

  get rows(): number {
    return this.weights.length / this.width;
  }

  /** Adds up the rows that are present. */
  run({ rows, values, count }: Sparse, out: Float64Array): void {
    const { width, weights } = this;
    out.fill(0);
    for (let at = 0; at < count; at += 1) {
      const start = (rows[at] as number) * width;
      const value = values[at] as number;
      for (let to = 0; to < width; to += 1) out[to] = (out[to] as number) + value * (weights[start + to] as number);
    }
  }

  /** How much each row that is present has to do with the error. */
  blame({ rows, count }: Sparse, error: Float64Array, out: Float64Array): void {
    const { width, weights } = this;
    for (let at = 0; at < count; at += 1) {
      const start = (rows[at] as number) * width;
      let sum = 0;
      for (let to = 0; to < width; to += 1) sum += (error[to] as number) * (weights[start + to] as number);
      out[rows[at] as number] = sum;
    }
  }

  /**
   * One step down the error. `learnt` is the sum of the squared gradients of each row:
   * rare features keep learning fast (Adagrad, one number a row).
   */
  learn({ rows, values, count }: Sparse, error: Float64Array, rate: number, learnt: Float32Array): void {
    const { width, weights } = this;
    let square = 0;
    for (let to = 0; to < width; to += 1) square += (error[to] as number) * (error[to] as number);
    square /= width;
    for (let at = 0; at < count; at += 1) {
      const row = rows[at] as number;
      const value = values[at] as number;
      const sum = (learnt[row] as number) + square * value * value;
      learnt[row] = sum;
      const step = (rate * value) / Math.sqrt(sum + TINY);
      const start = row * width;
      for (let to = 0; to < width; to += 1)
        weights[start + to] = (weights[start + to] as number) - step * (error[to] as number);
    }
  }
}
