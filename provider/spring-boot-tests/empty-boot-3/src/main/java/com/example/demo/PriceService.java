package com.example.demo;

import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.stereotype.Service;

@Service
public class PriceService {

  private final AtomicInteger calculations = new AtomicInteger();

  @Cacheable("prices")
  public Price priceOf(String article) throws InterruptedException {
    calculations.incrementAndGet();
    Thread.sleep(500); // a slow database
    return new Price(article, 100 * article.length());
  }

  public int calculations() {
    return calculations.get();
  }

  public record Price(String article, int cents) {}
}
