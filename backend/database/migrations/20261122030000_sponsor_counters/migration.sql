-- CreateTable
CREATE TABLE "sponsor_counters" (
    "subject" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "acts" INTEGER NOT NULL,

    CONSTRAINT "sponsor_counters_pkey" PRIMARY KEY ("subject","day")
);
