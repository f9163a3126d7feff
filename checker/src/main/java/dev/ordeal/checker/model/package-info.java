/// What a correct object does when operations come one after the other: the models that histories are judged by, and the
/// interface for your own. Start reading at [Model]; [Register] is one in ten lines.
@NullMarked
package dev.ordeal.checker.model;

import org.jspecify.annotations.NullMarked;
