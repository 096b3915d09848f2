package station

import scala.concurrent.{ExecutionContext, Future}
import scala.util.Try

/** One value that a sensor sent. */
final case class Reading(sensor: String, value: Double, note: Option[String] = None)

sealed trait Outcome
case object Refused extends Outcome
case class Kept(count: Int) extends Outcome

/* A full board refuses new sensors. */
class Board(room: Int)(implicit ec: ExecutionContext) {
  private var latest = Map.empty[String, Reading]

  def put(reading: Reading): Outcome =
    if (latest.size >= room && !latest.contains(reading.sensor)) Refused
    else {
      latest += reading.sensor -> reading
      Kept(latest.size)
    }

  // Sorted, so that two runs print the same.
  def cold: Seq[String] = (for {
    (name, reading) <- latest.toSeq
    if reading.value < 0
  } yield name).sorted

  def load(read: () => Future[Seq[Reading]]): Future[Int] =
    read().map(_.map(put).count {
      case Kept(_) => true
      case _ => false
    })
}

object Main extends App {
  val limit = Try(args(0).toInt).getOrElse(10)
  println(s"room for $limit, ${if (limit > 5) "enough" else "tight"}")
}
