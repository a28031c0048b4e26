"""Questions, exams and feedback as documents; nothing here knows a family."""
