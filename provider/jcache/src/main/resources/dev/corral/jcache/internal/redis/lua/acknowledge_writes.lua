--[[
  Removes the changes that the database has. If a newer change of the same key came meanwhile, that
  one stays and is due after its own delay. Does nothing for a drainer whose lease was lost. For
  apply.lua and repair.lua it records what the database got: for each key when the queue last wrote
  it in ms (8 bytes; 0 if a JVM wrote it around Redis), and the order of its latest known change, in
  two hashes; when the newer one is full, it replaces the older one.

  KEYS    lease, queue, due, since, totals, dead, written, written before
  ARGV    token of the drainer, time in ms at which it took the changes, delay of a queued change in
          ms, how many keys each of the hashes holds; then for each change its key and its version
  Result  1 if the lease is the drainer's
]]
local token, taken, delay, limit = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local parts, WRITTEN, BEFORE, FIRST_WRITE = partsFrom(2), KEYS[7], KEYS[8], 5
if redis.call('GET', KEYS[1]) ~= token then return 0 end

acceptWhenFull(parts)
if redis.call('HLEN', WRITTEN) >= limit then
  redis.call('UNLINK', BEFORE) -- RENAME alone would free it at once, and block Redis meanwhile
  redis.call('RENAME', WRITTEN, BEFORE)
  local turned = redis.call('HGET', parts.totals, 'turned') or 0
  redis.call('HSET', parts.totals, 'knownSince', turned, 'turned', decimal(now))
end
local newest = tonumber(redis.call('HGET', parts.totals, 'newest') or 0)
for i = FIRST_WRITE, #ARGV, 2 do
  local key, version = ARGV[i], tonumber(ARGV[i + 1])
  local record = recordOf(parts.queue, key)
  if record and record.version == version then
    local order = record.order
    newest = math.max(newest, order.latest)
    redis.call('HSET', WRITTEN, key, struct.pack('>I8', now) .. packOrder(order))
    dequeue(parts, key)
  elseif record then
    redis.call('ZADD', parts.due, decimal(taken + delay), key)
    setTaken(parts, key, taken, false)
    local last = lastWritten(WRITTEN, BEFORE, key) or UNKNOWN_ORDER
    redis.call('HSET', WRITTEN, key, struct.pack('>I8', now) .. packOrder(last))
    redis.call('HINCRBY', parts.totals, 'coalesced', -1)
  end
end
redis.call('PEXPIRE', WRITTEN, KNOWN_MILLIS)
redis.call('HSET', parts.totals, 'acknowledgedAt', decimal(now), 'newest', decimal(newest))
redis.call('HINCRBY', parts.totals, 'written', (#ARGV - FIRST_WRITE + 1) / 2)
redis.call('HINCRBY', parts.totals, 'batches', 1)
return 1
