-- What can become of a message. Each on a connection of its own: miltertest keeps what it was told at the last end.
dofile(common)
local conn = nil

local function fresh()
  if conn ~= nil then mt.disconnect(conn) end
  conn = open(6, nil, nil)
  greet(conn)
end

fresh()
send(conn, "<reject@example.test>")
same("reject", mt.getreply(conn), SMFIR_REPLYCODE)
truly("its words", mt.eom_check(conn, MT_SMTPREPLY, "550", "5.7.1", "Please call us, 100%% sorry"))

fresh()
send(conn, "<later@example.test>")
truly("ask to retry", mt.eom_check(conn, MT_SMTPREPLY, "451", "4.7.1", "In a while, please"))

fresh()
send(conn, "<hold@example.test>")
same("hold", mt.getreply(conn), SMFIR_DISCARD)

fresh()
send(conn, "<mark@example.test>", { "Subject", " one" }, { "X-Usher-Verdict", " forged" }, { "Subject", " two" }, { "X-Usher-Verdict", " forged again" })
same("mark", mt.getreply(conn), SMFIR_CONTINUE)
-- Which value it became, eom_check cannot tell.
truly("a subject is changed", mt.eom_check(conn, MT_HDRCHANGE, "Subject"))
truly("forged fields out", mt.eom_check(conn, MT_HDRDELETE, "X-Usher-Verdict"))

fresh()
check("mail", mt.mailfrom(conn, "<ann@sender.test>"))
check("rcpt", mt.rcptto(conn, "<hold@example.test>"))
check("rcpt", mt.rcptto(conn, "<deliver@example.test>"))
check("header", mt.header(conn, "Subject", " x"))
check("eom", mt.eom(conn))
same("mixed", mt.getreply(conn), SMFIR_CONTINUE)
truly("the one taken out", mt.eom_check(conn, MT_RCPTDELETE, "<hold@example.test>"))
same("the other", mt.eom_check(conn, MT_RCPTDELETE, "<deliver@example.test>"), false)
mt.disconnect(conn)
