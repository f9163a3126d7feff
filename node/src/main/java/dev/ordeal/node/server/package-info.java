/// The process: one thread that turns events into effects, and what stands around it: settings, the admin port, the streams
/// the judge reads. Start reading at [dev.ordeal.node.server.Node]; [dev.ordeal.node.server.Main] puts it together.
@NullMarked
package dev.ordeal.node.server;

import org.jspecify.annotations.NullMarked;
