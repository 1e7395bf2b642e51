package com.example.demo;

import com.example.demo.PriceService.Price;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

@RestController
public class PriceController {

  private final PriceService prices;

  public PriceController(PriceService prices) {
    this.prices = prices;
  }

  @GetMapping("/prices/{article}")
  public Price price(@PathVariable String article) throws InterruptedException {
    return prices.priceOf(article);
  }

  @GetMapping("/calculations")
  public int calculations() {
    return prices.calculations();
  }
}
