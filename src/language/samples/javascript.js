#!/usr/bin/env node
/* Fills the board with what the stations sent. */
import { readFile } from 'node:fs/promises';

const LIMIT = 10n;

export class Board extends Map {
  #sources = new Set();

  static async load(path, { strict = false, ...rest } = {}) {
    const board = new Board();
    try {
      const { stations = [] } = JSON.parse(await readFile(path, 'utf8'));
      for (const { name, value } of stations) board.set(name, value ?? 0);
    } catch (error) {
      if (strict) throw error;
      console.warn(`no board in ${path}: ${error?.message}`, rest);
    }
    return board;
  }

  *cold() {
    // Names in the order in which they came.
    for (const [name, value] of this) {
      if (value < 0) yield name;
    }
  }
}

export const Card = ({ name, value }) => (
  <article className="card" onClick={() => console.log(/^roof-\d+$/u.test(name))}>
    {value === undefined ? 'none' : <b>{value}</b>}
  </article>
);
