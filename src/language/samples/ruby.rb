#!/usr/bin/env ruby
# frozen_string_literal: true

require 'set'

=begin
Keeps the latest reading of each sensor.
=end
module Station
  Reading = Struct.new(:sensor, :value, keyword_init: true)

  class Board
    include Enumerable
    attr_reader :room

    def initialize(room: 100)
      @room = room
      @latest = {}
    end

    # A full board refuses new sensors.
    def put(reading)
      return false if @latest.size >= room && !@latest.key?(reading.sensor)

      @latest[reading.sensor] = reading
      true
    end

    def each(&block) = @latest.each_value(&block)

    def cold
      select { |reading| reading.value.negative? }.map(&:sensor).sort
    end
  end
end

board = Station::Board.new(room: 2)
%w[roof cellar].each_with_index do |name, i|
  board.put(Station::Reading.new(sensor: name, value: i - 0.5))
rescue ArgumentError => e
  warn "#{name}: #{e.message}"
end

puts <<~TEXT unless board.cold.empty?
  cold: #{board.cold.join(', ')}
TEXT
