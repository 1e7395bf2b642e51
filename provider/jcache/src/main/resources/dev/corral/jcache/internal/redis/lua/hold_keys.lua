--[[
  Takes, renews and releases the locks of keys of one bucket. A lock is a hash that ends by itself: its owner, which is
  one cache of one JVM, and the number of the hold. An owner gives a key to one thread at a time, and a later hold takes
  over its earlier one. So whatever of an earlier hold comes late finds another number, and does nothing.
  Whoever finds the key held by another owner is noted as the one who waits, if nobody is. From a while after that, the
  lock is given to nobody else, lest an owner with many threads keep it for ever; who waits has to come for it soon.

  KEYS    the locks
  ARGV    owner; times in ms: that a lock stands, and until the one who waits has precedence; then for each lock what to
          do (take look renew release) and the number of the hold; look takes it, and gives what is locked
  Result  a text with a digit for each lock: 1 if it was done, 0 if another hold has the lock, or none has; then for each
          look the generation and the entry, if it was done
]]
local owner, lease, patience, answers, seen = ARGV[1], ARGV[2], tonumber(ARGV[3]), {}, {''}

local function millis()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local wishes = {}

function wishes.take(lock, number)
  local holder, held, waiter, since = unpack(redis.call('HMGET', lock, 'owner', 'number', 'waiter', 'since'))
  if holder and holder ~= owner then
    if not waiter then redis.call('HSET', lock, 'waiter', owner, 'since', string.format('%.0f', millis())) end
    return false
  end
  if held and tonumber(held) > tonumber(number) then return false end
  if waiter == owner then
    redis.call('HDEL', lock, 'waiter', 'since')
  elseif waiter and millis() - tonumber(since) >= patience then
    if holder then leave(lock) end -- our earlier hold is over, and its release may be lost
    return false
  end
  redis.call('HSET', lock, 'owner', owner, 'number', number)
  redis.call('PEXPIRE', lock, lease)
  return true
end

function wishes.look(lock, number)
  local taken, brace = wishes.take(lock, number), string.find(lock, '}', 1, true)
  local tag, key = string.sub(lock, 1, brace), string.sub(lock, brace + #'!lock:' + 1)
  local found = taken and redis.call('MGET', tag .. '!generation', tag .. ':' .. key) or {false, false}
  seen[#seen + 1], seen[#seen + 2] = found[1], found[2]
  return taken
end

function wishes.renew(lock, number)
  local holder, held = unpack(redis.call('HMGET', lock, 'owner', 'number'))
  return holder == owner and held == number and redis.call('PEXPIRE', lock, lease) == 1
end

function wishes.release(lock, number)
  return letGo(lock, owner, number)
end

for i, lock in ipairs(KEYS) do
  answers[i] = wishes[ARGV[2 * i + 2]](lock, ARGV[2 * i + 3]) and '1' or '0'
end
seen[1] = table.concat(answers)
return seen
