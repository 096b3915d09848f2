/* What the board knows of a station. */
import { EventEmitter } from "node:events";
import type { Clock } from "./clock.js";

export interface Station {
  readonly name: string;
  value: number;
  labels?: Record<string, string>;
}

type Outcome = { kind: "kept"; count: number } | { kind: "refused" };
type Names<T> = T extends { name: infer N } ? N : never;

export enum Frost { None, Mild = 10, Hard }

export abstract class Source<T extends Station> extends EventEmitter {
  constructor(protected readonly clock: Clock, private room = 100) {
    super();
  }

  abstract next(): Promise<T | undefined>;

  // A full board refuses new stations.
  put(this: Source<T>, station: T, latest: Map<string, T>): Outcome {
    if (latest.size >= this.room && !latest.has(station.name)) return { kind: "refused" };
    latest.set(station.name, station);
    return { kind: "kept", count: latest.size } satisfies Outcome;
  }
}

export const isCold = (station: Station): station is Station & { frost: Frost } => station.value < 0;

declare module "./clock.js" {
  function now(): bigint;
}

export async function first(source: Source<Station>): Promise<Names<Station>> {
  const station = (await source.next())!;
  return <string>station.name ?? "none";
}
