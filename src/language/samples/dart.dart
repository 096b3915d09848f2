import 'dart:async';

/// A sensor and the values it sent.
abstract class Sensor {
  Sensor(this.name, {this.unit = ''});

  final String name;
  final String unit;

  Stream<double> read();
}

/* Sends the same few values
   again and again. */
class Fake extends Sensor {
  Fake(super.name, this._values) : super(unit: '°C');

  final List<double> _values;

  @override
  Stream<double> read() async* {
    for (final value in _values) {
      yield value;
    }
  }
}

Future<void> main() async {
  final sensor = Fake('roof', [1.5, 2.25, -3]);
  // Cold days are worth a line of their own.
  await for (final value in sensor.read().where((v) => v < 0)) {
    print('${sensor.name}: $value${sensor.unit}');
  }
  final limits = <String, int?>{'low': -20, 'high': null};
  limits['high'] ??= 40;
}
