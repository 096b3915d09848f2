/* A ring of samples: the newest pushes out the oldest. */
#include <stddef.h>
#include <stdint.h>

#define RING_ROOM 16u

typedef struct ring {
    uint32_t samples[RING_ROOM];
    size_t next;
    size_t held;
} ring_t;

static void ring_push(ring_t *ring, uint32_t sample)
{
    ring->samples[ring->next] = sample;
    ring->next = (ring->next + 1) % RING_ROOM;
    if (ring->held < RING_ROOM)
        ring->held++;
}

// The mean of what is held, rounded down; 0 when empty.
uint32_t ring_mean(const ring_t *ring)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < ring->held; i++) {
        sum += ring->samples[i];
    }
    return ring->held ? (uint32_t)(sum / ring->held) : 0u;
}
