# Builds the station and, where asked for, its tests.
cmake_minimum_required(VERSION 3.20)
project(station VERSION 1.4.0 LANGUAGES C CXX)

option(STATION_TESTS "Build the tests" ON)
set(SOURCES src/main.cpp src/sensor.cpp)

#[[ Older compilers lack what
    the sensor needs. ]]
if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS "11.0" AND NOT MSVC)
  message(FATAL_ERROR "the compiler is too old: ${CMAKE_CXX_COMPILER_VERSION}")
endif()

add_executable(station ${SOURCES})
target_link_libraries(station PRIVATE Threads::Threads $<$<CONFIG:Debug>:profiler>)

function(add_check name)
  foreach(source IN LISTS ARGN)
    add_test(NAME "${name}-${source}" COMMAND station --check "${source}")
  endforeach()
endfunction()

if(STATION_TESTS)
  enable_testing()
  add_check(reads rain.txt wind.txt)
endif()
