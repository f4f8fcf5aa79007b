/**
 * A histogram by one label whose values are all known beforehand. prom-client's own looks labels up by a text that it makes
 * of them anew for each observation, which costs as much as a cheap stage takes; here it is two additions.
 */
export interface TimingsOptions<Name extends string> {
  readonly name: string;
  readonly help: string;
  /** null: there is one series without a label. */
  readonly label: string | null;
  /** Values of the label. */
  readonly of: readonly Name[];
  /** Upper bounds in seconds, ascending. */
  readonly buckets: readonly number[];
}

/** As prom-client's registry reads it. */
interface Value {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Series {
  readonly label: string;
  /** By bucket, not cumulative; the last is beyond all bounds. */
  readonly counts: number[];
  sumSeconds: number;
}

/** Registered with prom-client's registry, which asks any metric for its values by `get`. */
export class Timings<Name extends string> {
  readonly name: string;
  readonly #options: TimingsOptions<Name>;
  readonly #series: Readonly<Record<Name, Series>>;

  constructor(options: TimingsOptions<Name>) {
    this.name = options.name;
    this.#options = options;
    this.#series = Object.fromEntries(options.of.map((label) => [label, { label, counts: Array.from({ length: options.buckets.length + 1 }, () => 0), sumSeconds: 0 }])) as unknown as Record<Name, Series>;
  }

  observe(label: Name, seconds: number): void {
    const { buckets } = this.#options;
    const series = this.#series[label];
    let at = 0;
    while (at < buckets.length && seconds > (buckets[at] as number)) at++;
    series.counts[at] = (series.counts[at] as number) + 1;
    series.sumSeconds += seconds;
  }

  /** Series that were observed. */
  async get(): Promise<{ readonly name: string; readonly help: string; readonly type: 'histogram'; readonly aggregator: 'sum'; readonly values: readonly Value[] }> {
    const { name, help, of } = this.#options;
    const values = of.flatMap((each) => this.#valuesOf(this.#series[each]));
    return { name, help, type: 'histogram', aggregator: 'sum', values };
  }

  #valuesOf({ label, counts, sumSeconds }: Series): Value[] {
    const { name, label: labelName, buckets } = this.#options;
    const labels: Record<string, string> = labelName === null ? {} : { [labelName]: label };
    let count = 0;
    const below = counts.map((each, at) => ({ metricName: `${name}_bucket`, labels: { le: at < buckets.length ? String(buckets[at]) : '+Inf', ...labels }, value: (count += each) }));
    // As prom-client does: what has a label is there when it was seen, what has none from the beginning.
    if (count === 0 && labelName !== null) return [];
    return [...below, { metricName: `${name}_sum`, labels, value: sumSeconds }, { metricName: `${name}_count`, labels, value: count }];
  }
}
