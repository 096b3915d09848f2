package station

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.filter

/** One value that a sensor sent. */
data class Reading(val sensor: String, val value: Double, val note: String? = null)

sealed interface Outcome {
    object Refused : Outcome
    class Kept(val count: Int) : Outcome
}

/* A full board refuses new sensors. */
class Board(private val room: Int = 100) {
    private val latest = mutableMapOf<String, Reading>()

    val names: List<String>
        get() = latest.keys.sorted()

    fun put(reading: Reading): Outcome {
        if (latest.size >= room && reading.sensor !in latest) return Outcome.Refused
        latest[reading.sensor] = reading
        return Outcome.Kept(latest.size)
    }

    companion object {
        const val COLD = -20.0
    }
}

fun Outcome.describe() = when (this) {
    is Outcome.Refused -> "refused"
    is Outcome.Kept -> "kept, $count in all"
}

// Suspends until the flow ends.
suspend fun watch(readings: Flow<Reading>) {
    readings.filter { it.value < Board.COLD }.collect { println("${it.sensor}: ${it.note ?: "none"}") }
}
