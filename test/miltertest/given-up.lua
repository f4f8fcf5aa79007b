-- Messages that are given up at each stage leave nothing behind.
dofile(common)
local conn = open(6, nil, nil)
greet(conn)
for stage = 1, 4 do
  check("mail", mt.mailfrom(conn, "<ann@sender.test>"))
  if stage > 1 then check("rcpt", mt.rcptto(conn, "<reject@example.test>")) end
  if stage > 2 then check("header", mt.header(conn, "Subject", " x")) end
  if stage > 3 then check("body", mt.bodystring(conn, "x")) end
  check("abort", mt.abort(conn))
end
send(conn, "<deliver@example.test>")
same("the end", mt.getreply(conn), SMFIR_CONTINUE)
check("helo again", mt.helo(conn, "other.sender.test"))
send(conn, "<reject@example.test>")
same("the end", mt.getreply(conn), SMFIR_REPLYCODE)
mt.disconnect(conn)
-- An MTA that is gone in the middle of a message.
conn = open(6, nil, nil)
greet(conn)
check("mail", mt.mailfrom(conn, "<ann@sender.test>"))
mt.disconnect(conn, false)
