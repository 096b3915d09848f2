defmodule Station.Readings do
  @moduledoc """
  Holds the latest value of each sensor.
  """

  use GenServer
  alias Station.Clock

  @limit 100
  defstruct sensor: nil, value: 0.0

  @spec put(pid(), String.t(), float()) :: :ok | {:error, atom()}
  def put(server, sensor, value) when is_binary(sensor) and is_float(value) do
    GenServer.call(server, {:put, sensor, value})
  end

  @impl true
  def init(_options), do: {:ok, %{}}

  @impl true
  def handle_call({:put, _sensor, _value}, _from, state) when map_size(state) >= @limit do
    {:reply, {:error, :full}, state}
  end

  # The clock is asked here, so that a test can set it.
  def handle_call({:put, sensor, value}, _from, state) do
    state = Map.put(state, sensor, %{value: value, at: Clock.now()})
    names = state |> Map.keys() |> Enum.filter(&String.starts_with?(&1, "roof"))

    case names do
      [] -> {:reply, :ok, state}
      [first | _rest] -> {:reply, {:ok, "seen #{first}"}, state}
    end
  end
end
