/// What a person or a build server reads after a run: the verdict as a sentence, the evidence for it, and how the run went.
/// Everything is made from the record alone. Start reading at [Reports]; [Timeline], [Lives] and [Figures] read the record,
/// [TextReport], [JUnitReport] and [HtmlReport] show it. The page itself is `report.html`, `.css` and `.js` among the
/// resources; [PageData] is all that it knows.
@NullMarked
package dev.ordeal.results.report;

import org.jspecify.annotations.NullMarked;
