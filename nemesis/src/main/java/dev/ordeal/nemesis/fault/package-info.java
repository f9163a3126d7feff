/// Faults and strikes as data. A [dev.ordeal.nemesis.fault.Fault] says what kind of thing goes wrong, a
/// [dev.ordeal.nemesis.fault.Strike] when, and a [dev.ordeal.nemesis.fault.Wound] whom it hits: that is resolved only when it
/// strikes, since only then it is known who leads. All of it is pure.
@NullMarked
package dev.ordeal.nemesis.fault;

import org.jspecify.annotations.NullMarked;
