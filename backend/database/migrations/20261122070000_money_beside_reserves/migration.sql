-- AlterEnum
ALTER TYPE "act_kind" ADD VALUE 'gift';
ALTER TYPE "act_kind" ADD VALUE 'cancellation';

-- AlterTable
ALTER TABLE "partners" ADD COLUMN "leaving" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "partners" ADD COLUMN "match_bps" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "partners" ADD COLUMN "match_budget" DECIMAL(78,0) NOT NULL DEFAULT 0;
ALTER TABLE "partners" ADD COLUMN "breakage_charity" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "coalition_pots" (
    "id" INTEGER NOT NULL,
    "fee_bps" INTEGER NOT NULL,
    "treasury" DECIMAL(78,0) NOT NULL,
    "members_fund" DECIMAL(78,0) NOT NULL,

    CONSTRAINT "coalition_pots_pkey" PRIMARY KEY ("id")
);

-- AlterTable
ALTER TABLE "issuance_batches" ADD COLUMN "was_queued" BOOLEAN NOT NULL DEFAULT false;
