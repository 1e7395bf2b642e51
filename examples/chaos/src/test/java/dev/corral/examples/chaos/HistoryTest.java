package dev.corral.examples.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.examples.chaos.Operation.Call;
import dev.corral.examples.chaos.Operation.Caller;
import dev.corral.examples.chaos.Operation.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {

  @Test
  void in_recordedOperations_areTheSame(@TempDir Path folder) throws Exception {
    Caller caller = new Caller(2, 1, 4);
    Call put = new Call(Caches.BEHIND, OperationKind.REPLACE, "k", "new", "old");
    Path file = folder.resolve(History.fileName(2, 1));
    try (HistoryFile recorded = new HistoryFile(file)) {
      recorded.returned(recorded.started(caller, put), "true");
      Call get = new Call(Caches.BEHIND, OperationKind.GET, "k", null, null);
      recorded.returned(recorded.started(caller, get), null);
      recorded.failed(recorded.started(caller, get), new IllegalStateException("a\tb\nc"));
      recorded.started(caller, get);
      recorded.availability(Caches.BEHIND, false);
      recorded.availability(Caches.THROUGH, false);
      recorded.availability(Caches.THROUGH, true);
      recorded.paused(5, 9);
    }
    Files.writeString(file, "R\t4\t17", StandardOpenOption.APPEND); // killed in this line

    History history = History.in(folder);

    List<Operation> operations =
        history.operations().stream().sorted(Comparator.comparingLong(Operation::start)).toList();
    assertThat(operations)
        .extracting(it -> it.reply().status())
        .containsExactly(Status.RETURNED, Status.RETURNED, Status.FAILED, Status.MISSING);
    assertThat(operations.get(0).call()).isEqualTo(put);
    assertThat(operations.get(0).caller()).isEqualTo(caller);
    assertThat(operations.get(1).reply().value()).isNull();
    assertThat(operations.get(2).reply().value())
        .isEqualTo("java.lang.IllegalStateException: a b c");
    assertThat(operations.get(3).end()).isEqualTo(Long.MAX_VALUE);
    assertThat(history.pausesOf(caller)).containsExactly(new Window("pause", 5, 9));
    assertThat(history.outagesOf(caller)).hasSize(2);
    assertThat(history.allOutages()).filteredOn(it -> it.to() == Long.MAX_VALUE).hasSize(1);
  }
}
