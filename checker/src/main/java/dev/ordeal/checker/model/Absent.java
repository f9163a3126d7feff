package dev.ordeal.checker.model;

/// The value of something that is not there, as models see it: a value like any other.
public enum Absent {
    ABSENT;

    @Override
    public String toString() {
        return "absent";
    }
}
