package dev.corral.tool;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** The progress of long work, on standard error, if a person can see it. */
final class Progress implements AutoCloseable {

  private static final int WIDTH = 80;

  private final @Nullable ProgressBar bar;

  private Progress(@Nullable ProgressBar bar) {
    this.bar = bar;
  }

  /**
   * Begins.
   *
   * @param max the number of steps; negative if it is unknown
   * @param isSeen whether there is a terminal
   */
  static Progress of(String task, long max, boolean isSeen) {
    return new Progress(
        isSeen
            ? new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(Math.max(max, -1))
                .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
                .clearDisplayOnFinish()
                .build()
            : null);
  }

  void add(long steps) {
    if (bar != null) {
      bar.stepBy(steps);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
