--[[
  Repairs what changed during an outage. Entries are removed, with load tickets, negative entries
  and the write fences of writers that did not finish. A change that the database got during the
  outage removes an older one of its key from the queue. If a drainer may write the older one after
  it, the change is written once more, so that it is the last. The arguments are the same whenever
  and however often the script is sent, and change_order.lua explains the order. The removals come
  first: a full Redis accepts them, and then whatever else the same script writes. Without an entry,
  the script succeeds only if Redis accepts every change.

  KEYS    generation, settling, the five parts of the queue (see queue.lua), written, written before
          (see acknowledge_writes.lua), subscriptions, sequence, then for each entry the entry and
          its write fence
  ARGV    how long no change is taken from the queue, in ms; the JVM; then for each entry its key,
          what the database got (0 nothing or unknown, 1 a put, 2 a remove), the value, the number
          of the change in this JVM, the server's time in ms before and after the writer's call, and
          the best estimate of its middle in µs
  Result  how many entries existed
]]
local WRITTEN, BEFORE, SUBSCRIPTIONS, SEQUENCE, FIRST_ENTRY = KEYS[8], KEYS[9], 10, 11, 12
local writer, FIRST_CHANGE, FIELDS = ARGV[2], 3, 7
local parts, removed, UNKNOWN = partsFrom(3), 0, 0

-- Removes a dead letter that is not newer than a change.
local function discardDeadLetter(key, order)
  local bytes = redis.call('HGET', parts.dead, key)
  local letter = bytes and unpackDeadLetter(bytes)
  if letter and precedes(letter.order, order) then
    redis.call('HDEL', parts.dead, key)
  end
end

-- Whether the queue may have given the database an older change of the key after this one, and no
-- newer one. If there may have been a record of the key that is gone by now, it counts as
-- overwritten when the queue wrote anything since, and nothing newer.
local function isOverwritten(key, order)
  local last, acknowledgedLast = lastWritten(WRITTEN, BEFORE, key)
  if last then return acknowledgedLast >= order.earliest and not precedes(order, last) end
  local totals = redis.call('HMGET', parts.totals, 'acknowledgedAt', 'newest', 'knownSince')
  local acknowledged, newest = tonumber(totals[1] or 0), tonumber(totals[2] or 0)
  local knownSince = tonumber(totals[3] or 0)
  if knownSince <= order.earliest and now - order.earliest < KNOWN_MILLIS then return false end
  return acknowledged >= order.earliest and newest <= order.latest
end

-- Records a change as the last one of its key that the database got, unless a later one is. It
-- needs no repair after it, because changes around Redis reach the database in their own order.
local function noteWritten(key, order)
  local last = lastWritten(WRITTEN, BEFORE, key)
  if last and not precedes(last, order) then return end
  redis.call('HSET', WRITTEN, key, struct.pack('>I8', 0) .. packOrder(order))
  redis.call('PEXPIRE', WRITTEN, KNOWN_MILLIS)
end

-- Queues a change that the database got, if a drainer may write an older one after it. An older
-- one that no drainer has is removed from the queue. If the change itself is queued, its repair was
-- sent before.
local function putInOrder(key, operation, value, order)
  local change = {operation = operation, value = value, order = order}
  local queued = recordOf(parts.queue, key)
  if queued and isSame(queued.order, order) then return end
  local isOlder = queued and precedes(queued.order, order)
  if isOlder and not isTaken(parts, key) then
    dequeue(parts, key)
    redis.call('HINCRBY', parts.totals, 'coalesced', 1)
    queued = nil
  elseif isOlder then
    change.order = orderAfter(queued.order, order)
    enqueue(parts, key, change, now, now)
  end
  if not queued and isOverwritten(key, order) then
    enqueue(parts, key, change, now, now)
  elseif not queued then
    discardDeadLetter(key, order)
    noteWritten(key, order)
  end
end

readNearSubscriptions(KEYS[SUBSCRIPTIONS])
for entry = FIRST_ENTRY, #KEYS, 2 do
  removed = removed + redis.call('UNLINK', KEYS[entry])
  invalidate(KEYS[entry])
  if redis.call('TYPE', KEYS[entry + 1]).ok ~= 'zset' then redis.call('UNLINK', KEYS[entry + 1]) end
end
currentGeneration(KEYS[1])
redis.call('SET', KEYS[2], decimal(now), 'PX', ARGV[1])
for i = FIRST_CHANGE, #ARGV, FIELDS do
  local key, operation, value, number, earliest, latest, estimate =
    unpack(ARGV, i, i + FIELDS - 1)
  if tonumber(operation) ~= UNKNOWN then
    local order = orderBeforeNow(writer, tonumber(number), tonumber(earliest), tonumber(latest),
      tonumber(estimate))
    putInOrder(key, tonumber(operation), value, order)
  end
end
publishInvalidations(KEYS[SEQUENCE])
return removed
