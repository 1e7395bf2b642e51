--[[
  Forgets the writes that the database has, unless a newer one of the same key came meanwhile, which then is due after
  its own delay. Does nothing for a drainer whose lease was lost. For repair.lua it keeps in mind what the database got:
  for each key when that was changed and acknowledged (8 bytes each), in two hashes, of which the older gives way.

  KEYS    lease, queue, due, since, totals, dead, written, written before
  ARGV    token of the drainer, time in ms at which it took the writes, delay of a queued write in ms, how many keys
          each of the hashes holds; then for each write its key and its version
  Result  1 if the lease is the drainer's
]]
local token, taken, delay, parts = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), partsFrom(2)
local WRITTEN, BEFORE, limit, FIRST_WRITE = KEYS[7], KEYS[8], tonumber(ARGV[4]), 5
if redis.call('GET', KEYS[1]) ~= token then
  return 0
end
if redis.call('HLEN', WRITTEN) >= limit then
  redis.call('UNLINK', BEFORE) -- RENAME alone would free it at once, and block Redis meanwhile
  redis.call('RENAME', WRITTEN, BEFORE)
  local turned = redis.call('HGET', parts.totals, 'turned') or 0
  redis.call('HSET', parts.totals, 'knownSince', turned, 'turned', decimal(now))
end
local newest = tonumber(redis.call('HGET', parts.totals, 'newest') or 0)
for i = FIRST_WRITE, #ARGV, 2 do
  local key, record = ARGV[i], redis.call('HGET', parts.queue, ARGV[i])
  if record then
    local version, operation, attempts, changed = struct.unpack(RECORD, record)
    if version == tonumber(ARGV[i + 1]) then
      newest = math.max(newest, changed)
      redis.call('HSET', WRITTEN, key, struct.pack(TIMES, changed, now))
      dequeue(parts, key)
    else
      redis.call('ZADD', parts.due, decimal(taken + delay), key)
      redis.call('ZADD', parts.since, 'XX', decimal(taken), key)
      redis.call('HINCRBY', parts.totals, 'coalesced', -1)
    end
  end
end
redis.call('PEXPIRE', WRITTEN, KNOWN_MILLIS)
redis.call('HSET', parts.totals, 'acknowledgedAt', decimal(now), 'newest', decimal(newest))
redis.call('HINCRBY', parts.totals, 'written', (#ARGV - FIRST_WRITE + 1) / 2)
redis.call('HINCRBY', parts.totals, 'batches', 1)
return 1
