package station

import groovy.transform.CompileStatic

/* Groups readings by sensor. */
class Board {
    def cold(List<Map> readings) {
        return readings.findAll { it.value < 0 }
    }
}

// Keeps the coldest of each sensor.
def coldest(List<Map> readings) {
    def result = new TreeMap()
    for (reading in readings) {
        def known = result[reading.sensor]
        if (known == null || reading.value < known.value) {
            result[reading.sensor] = reading
        }
    }
    return result
}

plugins {
    id 'java-library'
}

dependencies {
    implementation 'org.example:station:1.4.0'
    testImplementation("org.example:checks:${checksVersion}")
}

pipeline {
    stages {
        stage('Build') {
            steps {
                sh "make ${target}"
            }
        }
    }
}
