--[[
  Queues dead letters of one bucket again, as if they had never failed, or discards them.

  KEYS    lease, queue, due, since, totals, dead
  ARGV    1 to queue them, 0 to discard them; then the keys of the letters, or none for all
  Result  how many were queued or discarded; a malformed one is not queued, and stays
]]
local parts, queues, all, count = partsFrom(2), ARGV[1] == '1', #ARGV == 1, 0
if all and not queues then
  count = redis.call('HLEN', parts.dead)
  redis.call('UNLINK', parts.dead)
  return count
end

acceptWhenFull(parts)
local letters = all and redis.call('HGETALL', parts.dead) or {}
for i = 2, #ARGV do
  letters[#letters + 1] = ARGV[i]
  letters[#letters + 1] = redis.call('HGET', parts.dead, ARGV[i])
end
for i = 1, #letters, 2 do
  local key, letter = letters[i], letters[i + 1] and unpackDeadLetter(letters[i + 1])
  if queues and letter then
    enqueue(parts, key, letter, letter.since, now)
    count = count + 1
  elseif not queues then
    count = count + redis.call('HDEL', parts.dead, key)
  end
end
return count
