-- AlterEnum
ALTER TYPE "transaction_status" ADD VALUE 'reserved' BEFORE 'sent';
