/* A card per station. */
import React, { useMemo, useState } from "react";
import type { Station } from "./typescript";

interface Props<T extends Station = Station> {
  stations: readonly T[];
  onSelect?: (name: T["name"]) => void;
}

export function Board({ stations, onSelect }: Props): JSX.Element {
  const [open, setOpen] = useState<string | null>(null);
  // Cold ones first.
  const sorted = useMemo(() => [...stations].sort((a, b) => a.value - b.value), [stations]);

  return (
    <>
      <h1 className="title">{sorted.length} stations</h1>
      {sorted.map(({ name, value }) => (
        <article key={name} aria-expanded={open === name} onClick={() => setOpen(name)}>
          {/* The name is what people look for. */}
          <b>{name}</b> {value.toFixed(1)}&nbsp;°C
          <Board.Details {...{ name }} />
          <button disabled onClick={() => onSelect?.(name)} />
        </article>
      ))}
    </>
  );
}

Board.Details = ({ name }: { name: string }) => <small>{name as string}</small>;
