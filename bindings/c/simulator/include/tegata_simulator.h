/*
 * libtegata-simulator: simulated Individual Number Cards, to try a kiosk's program without a reader.
 * Never ship it: it is no part of libtegata. Conventions are those of tegata.h.
 */
#ifndef TEGATA_SIMULATOR_H
#define TEGATA_SIMULATOR_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A simulated card in a simulated reader. */
typedef struct tegata_simulator tegata_simulator;

/* Who holds the card: text with lengths, NULL for what the seed says. */
typedef struct tegata_simulator_holder {
    const char *name;
    size_t name_length;
    const char *address;
    size_t address_length;
    const char *number;
    size_t number_length;
    const char *pin;
    size_t pin_length;
} tegata_simulator_holder;

/* Makes a card of a seed: algorithm 0 for RSA-2048 as on real cards, 1 for P-256, which is made sooner. */
int32_t tegata_simulator_new(uint64_t seed, uint32_t algorithm, const tegata_simulator_holder *holder,
                             tegata_simulator **simulator);

/* Sends a command to the card and takes its answer. */
int32_t tegata_simulator_transmit(tegata_simulator *simulator, const uint8_t *command, size_t command_length,
                                  uint8_t *buffer, size_t capacity, size_t *length);

/* Takes the card out of the reader (0) or puts it in (1). */
int32_t tegata_simulator_place(tegata_simulator *simulator, uint32_t placed);

/* The authorities that a verifier must be given to accept the card, as JSON. */
int32_t tegata_simulator_authorities(const tegata_simulator *simulator, char *buffer, size_t capacity, size_t *length);

void tegata_simulator_free(tegata_simulator *simulator);

/* Faults on purpose, for tests: 9001 and 7 are what comes back. */
int32_t tegata_simulator_panic(void);
int32_t tegata_simulator_panic_or(void);
int32_t tegata_simulator_last_error(char *buffer, size_t capacity, size_t *length);

#ifdef __cplusplus
}
#endif

#endif
