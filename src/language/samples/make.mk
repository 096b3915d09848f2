# Builds the station and its tests.
CC ?= cc
CFLAGS += -std=c11 -Wall
SOURCES := $(wildcard src/*.c)
OBJECTS := $(SOURCES:src/%.c=build/%.o)

.PHONY: all test clean

all: station

station: $(OBJECTS)
	$(CC) $(LDFLAGS) -o $@ $^

build/%.o: src/%.c | build
	$(CC) $(CFLAGS) -c -o $@ $<

build:
	mkdir -p $@

ifdef VERBOSE
CFLAGS += -DVERBOSE=1
else
CFLAGS += -DVERBOSE=0
endif

test: station
	@for file in tests/*.txt; do ./station --check "$$file"; done

clean:
	-$(RM) station $(OBJECTS)

include $(OBJECTS:.o=.d)
