--[[
  Who subscribes to the changes of a bucket, and the invalidations that near caches receive; shared
  by scripts.
  Every invalidation has a number and the number of the one before it, so that a JVM notices a lost
  one. The channel has the name of the key that holds the last number. Numbers are times in µs, so
  none occurs twice, even if Redis loses the last ones.
  A message, big-endian: format version (1 byte), number of the message before it, or 0 if there is
  none (8), its own number (8), how many keys it has, or -1 for all entries of the bucket (4), and
  each key with its length (4).

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
local ALL, changedKeys = -1, {}
-- How near caches subscribe, and the command that reaches them; sharded channels stay on one node.
local PUBLISH = {near = 'PUBLISH', nearSharded = 'SPUBLISH'}
local nearSubscribed, subscribedBy = false, {}

-- Whether a lease is valid; not one that is missing or damaged.
local function isValid(leaseEnd)
  return (tonumber(leaseEnd or 0) or 0) > now
end

local function noteNearSubscription(kind, leaseEnd)
  subscribedBy[kind] = isValid(leaseEnd)
  nearSubscribed = nearSubscribed or subscribedBy[kind]
end

-- Reads which near caches subscribe to the bucket: none if the key is damaged. The next renewal of
-- a subscription replaces it; then near caches discard their entries.
local function readNearSubscriptions(subscriptions)
  local leases = redis.pcall('HMGET', subscriptions, 'near', 'nearSharded')
  noteNearSubscription('near', leases[1])
  noteNearSubscription('nearSharded', leases[2])
end

-- The kinds of events to which a JVM subscribes. One cheap command if there are none.
local function subscriptionsOf(key)
  local leases, kinds = redis.pcall('HGETALL', key), {}
  for i = 1, #leases, 2 do
    local kind, leaseEnd = leases[i], leases[i + 1]
    if PUBLISH[kind] then
      noteNearSubscription(kind, leaseEnd)
    elseif isValid(leaseEnd) then
      kinds[kind] = true
    end
  end
  return kinds
end

-- Whether a JVM subscribes to events, so that a put has to publish them.
local function hasEventSubscribers(subscriptions)
  return next(subscriptionsOf(subscriptions)) ~= nil
end

-- Notes that an entry changed.
local function invalidate(entry)
  if nearSubscribed then changedKeys[#changedKeys + 1] = withLength(textOf(entry)) end
end

-- Publishes one invalidation, of the noted keys or of all; returns its number.
local function publishInvalidation(sequence, all)
  local before = numberAt(sequence) or 0
  local number = math.max(before + 1, nowMicros)
  redis.call('SET', sequence, decimal(number))
  local message = struct.pack('>BI8I8i4', 1, before, number, all and ALL or #changedKeys)
  if not all then message = message .. table.concat(changedKeys) end
  for kind, subscribed in pairs(subscribedBy) do
    if subscribed then redis.call(PUBLISH[kind], sequence, message) end
  end
  return number
end

local function publishInvalidations(sequence)
  if #changedKeys > 0 then publishInvalidation(sequence) end
end

-- Invalidates the entries that KEYS names from a position on.
local function invalidateFrom(position, sequence)
  for i = position, nearSubscribed and #KEYS or 0 do invalidate(KEYS[i]) end
  publishInvalidations(sequence)
end
